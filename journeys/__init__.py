"""Programmes, and each holder’s personalised journey: steps, modules, immersions, milestones, the ledger of hours."""
