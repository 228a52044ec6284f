"""What is given with cytokines, or before them was thought to be enough: each partner acts through the same states."""
