"""The lymphocytes of the model, and which of them carry which part of the machinery."""

NK = ("nk_bright", "nk_dim")
RESPONDING = ("nk_bright", "nk_dim", "cd4_memory", "cd8_memory", "treg")
"""Cells that divide under cytokine in days; each has an activation state."""

NAIVE = ("cd4_naive", "cd8_naive")
LYMPHOCYTES = (*RESPONDING, *NAIVE)
INDUCIBLE_CD25 = ("nk_bright", "cd4_memory", "cd8_memory", "treg")
"""Cells whose CD25 rises with activation (a state); the others keep their resting number."""
