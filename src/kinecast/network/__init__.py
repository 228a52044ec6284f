"""The model language: states, parameters, reactions, definitions, units and composition; no biology in it."""
