"""Who is who: people, organisations, roles, invitations, sign-in, signed links."""
