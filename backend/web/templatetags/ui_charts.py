"""Tags for the charts of `backend.web.charts` and `backend.web.radar`."""

from django import template

from backend.web import charts, dots, radar, trend

register = template.Library()
for chart in (
    charts.bar_chart,
    charts.stacked_chart,
    charts.line_chart,
    charts.sparkline,
    charts.interval_chart,
    charts.target_chart,
    dots.dot_line,
    dots.dot_key,
    dots.dot_words,
    radar.radar_chart,
    trend.trend_chart,
):
    register.simple_tag(chart)
