#!/bin/sh
# Closes stdout before it explains itself, and takes its time.
exec >&-
sh -c :
echo "written later" >&2
