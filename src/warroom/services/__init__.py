"""What a person or a program can do, written once, in terms of ports; drives work plans."""
