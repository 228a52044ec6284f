"""Engineered cytokines: how their affinities, their size, what carries them and what they seek become numbers of the model."""
