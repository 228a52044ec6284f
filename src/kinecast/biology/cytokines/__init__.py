"""What each cytokine does at its receptor and in the body."""
