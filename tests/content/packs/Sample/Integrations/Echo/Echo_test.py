EXPECTED = "echo"
