"""What 0003 filled is now the truth: the team of a project is its carriers, a code is there once a journey."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0003_fill_codes_and_teams")]

    operations = [
        migrations.RemoveField(model_name="project", name="holders"),
        migrations.AddField(
            model_name="project",
            name="holders",
            field=models.ManyToManyField(
                related_name="projects", through="journeys.Carrier", to="journeys.holder", verbose_name="project holders"
            ),
        ),
        migrations.AlterField(
            model_name="step", name="code", field=models.SlugField(max_length=40, verbose_name="code")
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(fields=('journey', 'code'), name='step_code_once'),
        ),
    ]
