"""The ground floor: what wires the house, and what every app stands on."""
