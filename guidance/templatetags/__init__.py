"""Tags for templates of any app: `{% load guidance %}`."""
