"""Everything that deepens journeys: versions, changes of plan, statements, proposals, teams, bridges."""

import backend.lib.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('journeys', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bridge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('move', 'instead of the first'), ('beside', 'beside the first')], default='move', max_length=6, verbose_name='kind')),
                ('crossed_on', models.DateField(default=backend.lib.clock.today, verbose_name='on')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why')),
            ],
            options={
                'verbose_name': 'bridge',
                'verbose_name_plural': 'bridges',
                'ordering': ['-crossed_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('part', models.CharField(choices=[('main', 'carries the project'), ('partner', 'carries it with others'), ('member', 'takes part')], default='main', max_length=8, verbose_name='part in the project')),
                ('joined_on', models.DateField(default=backend.lib.clock.today, verbose_name='since')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('leave_reason', models.CharField(blank=True, max_length=240, verbose_name='why')),
            ],
            options={
                'verbose_name': 'member of a project',
                'verbose_name_plural': 'members of projects',
                'ordering': ['project', 'joined_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ColumnMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('signature', models.CharField(max_length=64)),
                ('columns', models.JSONField(default=dict)),
                ('used_at', models.DateTimeField(default=backend.lib.clock.now)),
            ],
            options={
                'verbose_name': 'columns remembered',
                'verbose_name_plural': 'columns remembered',
                'ordering': ['organisation', '-used_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('file', models.FileField(max_length=200, upload_to='evidence/%Y/%m')),
                ('name', models.CharField(max_length=160, verbose_name='file name')),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'evidence file',
                'verbose_name_plural': 'evidence files',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('until_on', models.DateField(verbose_name='until')),
                ('reason', models.CharField(max_length=500, verbose_name='why')),
                ('state', models.CharField(choices=[('asked', 'asked'), ('granted', 'granted'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='asked', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('decision', models.CharField(blank=True, max_length=500, verbose_name='reason for the decision')),
            ],
            options={
                'verbose_name': 'extension',
                'verbose_name_plural': 'extensions',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='MilestoneProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('reached_on', models.DateField(verbose_name='reached')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('evidence_url', models.URLField(blank=True, max_length=500, verbose_name='link to the evidence')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('accepted', 'accepted'), ('sent_back', 'sent back'), ('withdrawn', 'withdrawn')], default='proposed', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='what is missing')),
            ],
            options={
                'verbose_name': 'milestone proposed',
                'verbose_name_plural': 'milestones proposed',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('verb', models.CharField(max_length=40)),
                ('label', models.CharField(blank=True, max_length=240)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
            ],
            options={
                'verbose_name': 'change of plan',
                'verbose_name_plural': 'changes of plan',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=1000)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('code', models.CharField(max_length=20, verbose_name='sign')),
                ('until_on', models.DateField(verbose_name='until')),
                ('reason', models.CharField(max_length=240, verbose_name='why')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='taken up again')),
            ],
            options={
                'verbose_name': 'sign set aside',
                'verbose_name_plural': 'signs set aside',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_index=True, default=backend.lib.clock.now, editable=False)),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='to')),
                ('state', models.CharField(choices=[('to_sign', 'to sign'), ('signed', 'signed'), ('withdrawn', 'withdrawn')], default='to_sign', max_length=10, verbose_name='state')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed')),
                ('digest', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'statement of hours',
                'verbose_name_plural': 'statements of hours',
                'ordering': ['-starts_on', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='enrolment',
            name='enrolment_known_state',
        ),
        migrations.RemoveConstraint(
            model_name='import',
            name='import_known_state',
        ),
        migrations.AddField(
            model_name='companion',
            name='end_reason',
            field=models.CharField(blank=True, max_length=240, verbose_name='why it ended'),
        ),
        migrations.AddField(
            model_name='companion',
            name='home',
            field=models.CharField(blank=True, max_length=120, verbose_name='organisation they come from'),
        ),
        migrations.AddField(
            model_name='companion',
            name='invited_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='queued_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='waiting since'),
        ),
        migrations.AddField(
            model_name='import',
            name='columns',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='import',
            name='made',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='import',
            name='outcomes',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='import',
            name='undone_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='journey',
            name='archived_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='archived'),
        ),
        migrations.AddField(
            model_name='journey',
            name='declined_version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='journeys.programmeversion'),
        ),
        migrations.AddField(
            model_name='journey',
            name='leave_comment',
            field=models.CharField(blank=True, max_length=500, verbose_name='in a few words'),
        ),
        migrations.AddField(
            model_name='journey',
            name='paused_on',
            field=models.DateField(blank=True, null=True, verbose_name='paused since'),
        ),
        migrations.AddField(
            model_name='journey',
            name='review_on',
            field=models.DateField(blank=True, null=True, verbose_name='to look at again on'),
        ),
        migrations.AddField(
            model_name='module',
            name='is_retired',
            field=models.BooleanField(default=False, verbose_name='no longer offered'),
        ),
        migrations.AddField(
            model_name='moduledate',
            name='trainer_email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='trainer’s e-mail'),
        ),
        migrations.AddField(
            model_name='programme',
            name='communes',
            field=models.ManyToManyField(blank=True, related_name='programmes', to='journeys.commune', verbose_name='communes served'),
        ),
        migrations.AddField(
            model_name='programmeversion',
            name='note',
            field=models.CharField(blank=True, max_length=240, verbose_name='what changes'),
        ),
        migrations.AddField(
            model_name='programmeversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='step',
            name='carried_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carried_to', to='journeys.step'),
        ),
        migrations.AddField(
            model_name='step',
            name='code',
            field=models.SlugField(default='', max_length=40, verbose_name='code'),
        ),
        migrations.AddField(
            model_name='step',
            name='is_pinned',
            field=models.BooleanField(default=False, verbose_name='dates set by hand'),
        ),
        migrations.AddField(
            model_name='step',
            name='is_shared',
            field=models.BooleanField(default=False, verbose_name='done once for the whole team'),
        ),
        migrations.AddField(
            model_name='step',
            name='resources',
            field=models.JSONField(blank=True, default=list, verbose_name='resources'),
        ),
        migrations.AddField(
            model_name='steptemplate',
            name='is_shared',
            field=models.BooleanField(default=False, verbose_name='done once for the whole team'),
        ),
        migrations.AddField(
            model_name='steptemplate',
            name='resources',
            field=models.JSONField(blank=True, default=list, verbose_name='resources'),
        ),
        migrations.AlterField(
            model_name='companion',
            name='role',
            field=models.CharField(choices=[('mentor', 'mentor'), ('referent', 'referent'), ('trainer', 'trainer'), ('adviser', 'adviser')], max_length=8, verbose_name='role'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='state',
            field=models.CharField(choices=[('waiting', 'on the waiting list'), ('enrolled', 'enrolled'), ('present', 'present'), ('late', 'present, late'), ('excused', 'excused'), ('absent', 'absent'), ('withdrawn', 'withdrawn')], default='enrolled', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='import',
            name='state',
            field=models.CharField(choices=[('preview', 'to check'), ('running', 'running'), ('done', 'done'), ('failed', 'stopped by an error'), ('discarded', 'discarded'), ('undone', 'undone')], default='preview', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='journey',
            name='leave_reason',
            field=models.CharField(blank=True, choices=[('project_created', 'project created'), ('project_pivoted', 'project pivoted'), ('employment', 'employment'), ('training', 'training'), ('moved', 'moved away'), ('gave_up', 'gave up'), ('mentor_left', 'mentor left'), ('bridged', 'went on in another programme'), ('other', 'other')], max_length=16, verbose_name='reason for leaving'),
        ),
        migrations.AlterField(
            model_name='step',
            name='evidence_en',
            field=models.CharField(blank=True, max_length=240, verbose_name='evidence asked (English)'),
        ),
        migrations.AlterField(
            model_name='step',
            name='evidence_fr',
            field=models.CharField(blank=True, max_length=240, verbose_name='evidence asked (French)'),
        ),
        migrations.AlterField(
            model_name='step',
            name='max_days',
            field=models.PositiveSmallIntegerField(verbose_name='due within (days)'),
        ),
        migrations.AlterField(
            model_name='step',
            name='min_days',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='not before (days)'),
        ),
        migrations.AddConstraint(
            model_name='companion',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['mentor', 'referent', 'trainer', 'adviser'])), name='companion_known_role'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'enrolled', 'present', 'late', 'excused', 'absent', 'withdrawn'])), name='enrolment_known_state'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('queued_at__isnull', False), _connector='OR'), name='enrolment_waits_since'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['preview', 'running', 'done', 'failed', 'discarded', 'undone'])), name='import_known_state'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('archived_at', None), ('state__in', ['completed', 'left']), _connector='OR'), name='journey_archived_has_ended'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('programme',), name='programme_one_draft'),
        ),
        migrations.AddField(
            model_name='bridge',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bridge',
            name='from_journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bridges_out', to='journeys.journey'),
        ),
        migrations.AddField(
            model_name='bridge',
            name='to_journey',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bridge_in', to='journeys.journey'),
        ),
        migrations.AddField(
            model_name='carrier',
            name='holder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carried', to='journeys.holder'),
        ),
        migrations.AddField(
            model_name='carrier',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carriers', to='journeys.project'),
        ),
        migrations.AddField(
            model_name='columnmapping',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='column_mappings', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='evidencefile',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='evidencefile',
            name='step',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence_files', to='journeys.step'),
        ),
        migrations.AddField(
            model_name='extension',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='journeys.journey'),
        ),
        migrations.AddField(
            model_name='milestoneproposal',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='milestoneproposal',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='milestoneproposal',
            name='step',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='journeys.step'),
        ),
        migrations.AddField(
            model_name='evidencefile',
            name='proposal',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='files', to='journeys.milestoneproposal'),
        ),
        migrations.AddField(
            model_name='planchange',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='planchange',
            name='journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_changes', to='journeys.journey'),
        ),
        migrations.AddField(
            model_name='planchange',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedview',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='snooze',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='snooze',
            name='journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to='journeys.journey'),
        ),
        migrations.AddField(
            model_name='statement',
            name='journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='journeys.journey'),
        ),
        migrations.AddField(
            model_name='statement',
            name='prepared_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statement',
            name='signed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='delivery',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='journeys.statement'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), ('statement__isnull', False), _connector='OR'), name='delivery_signed_in_a_statement'),
        ),
        migrations.AddConstraint(
            model_name='bridge',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['move', 'beside'])), name='bridge_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='bridge',
            constraint=models.CheckConstraint(condition=models.Q(('from_journey', models.F('to_journey')), _negated=True), name='bridge_leads_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='carrier',
            constraint=models.UniqueConstraint(condition=models.Q(('left_on', None)), fields=('project', 'holder'), name='carrier_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='carrier',
            constraint=models.CheckConstraint(condition=models.Q(('part__in', ['main', 'partner', 'member'])), name='carrier_known_part'),
        ),
        migrations.AddConstraint(
            model_name='carrier',
            constraint=models.CheckConstraint(condition=models.Q(('left_on', None), ('left_on__gte', models.F('joined_on')), _connector='OR'), name='carrier_leaves_after_joining'),
        ),
        migrations.AddConstraint(
            model_name='columnmapping',
            constraint=models.UniqueConstraint(fields=('organisation', 'signature'), name='column_mapping_once'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('journey',), name='extension_one_asked_each'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'granted', 'refused', 'withdrawn'])), name='extension_known_state'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['granted', 'refused']), _negated=True), models.Q(('decided_at__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='extension_decided_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='milestoneproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('step',), name='milestone_proposal_one_open'),
        ),
        migrations.AddConstraint(
            model_name='milestoneproposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'accepted', 'sent_back', 'withdrawn'])), name='milestone_proposal_known_state'),
        ),
        migrations.AddConstraint(
            model_name='milestoneproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent_back'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='milestone_proposal_sent_back_says_why'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='saved_view_name_once'),
        ),
        migrations.AddIndex(
            model_name='snooze',
            index=models.Index(fields=['journey', 'code', 'until_on'], name='snooze_journey_code'),
        ),
        migrations.AddConstraint(
            model_name='snooze',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='snooze_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='statement_ends_after'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['to_sign', 'signed', 'withdrawn'])), name='statement_known_state'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), ('signed_at__isnull', False), _connector='OR'), name='statement_signed_has_time'),
        ),
    ]
