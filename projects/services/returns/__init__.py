"""The life of a county's monthly return: opened, filled, reviewed, submitted, returned or accepted, reopened."""
