"""What a command is: how it is typed, what its name means, where it runs, which arguments it takes."""
