# Answers of holder, mentor and tutor side by side

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluation', '0005_answers_keyed_by_lot'),
        ('journeys', '0013_neutral_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='wave',
            name='is_shared',
            field=models.BooleanField(default=False, verbose_name='put side by side'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.CheckConstraint(condition=models.Q(('is_shared', False), models.Q(('audience__in', ['holder', 'mentor', 'tutor']), ('correction_days', 0), ('mode', 'identified')), _connector='OR'), name='wave_shared_is_named_and_final'),
        ),
    ]
