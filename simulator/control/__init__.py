"""The control plane under `/_simulator`: what the vendors' APIs have no route for."""
