ANSWER = "echo"
