"""Pure rules of case studies: how a list is narrowed, how a figure becomes stitches."""
