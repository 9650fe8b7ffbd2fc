#!/bin/sh
# Starts the provider with so few descriptors that a crowd could use them up.
ulimit -n 64
exec "$PROVIDER"
