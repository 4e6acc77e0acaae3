"""Tags for the charts of `backend.web.charts`."""

from django import template

from backend.web import charts

register = template.Library()
for chart in (
    charts.bar_chart,
    charts.stacked_chart,
    charts.line_chart,
    charts.sparkline,
    charts.interval_chart,
    charts.target_chart,
):
    register.simple_tag(chart)
