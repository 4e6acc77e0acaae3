"""One figure held against itself: group beside group, quarter after quarter, this year beside the one before."""
