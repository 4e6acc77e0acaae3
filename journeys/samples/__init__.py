"""Sample data of the letters about journeys, by what they are about."""

from journeys.samples import agreements, hosts, hours, modules, outcomes, people, stays

__all__ = ["agreements", "hosts", "hours", "modules", "outcomes", "people", "stays"]
