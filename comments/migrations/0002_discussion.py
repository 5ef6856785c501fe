"""What people, rules and the filter need to look after a discussion."""

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_search_index'),
        ('comments', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('confirmed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='confirmed')),
                ('refuses_mail', models.BooleanField(default=False, verbose_name='wants no mail')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'ordering': ['email'],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'Email address'), ('domain', 'Domain'), ('network', 'Network')], max_length=10, verbose_name='kind')),
                ('value', models.CharField(max_length=254, verbose_name='value')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'block',
                'verbose_name_plural': 'blocks',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'claim',
                'verbose_name_plural': 'claims',
            },
        ),
        migrations.CreateModel(
            name='Discussion',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='discussion', serialize=False, to='articles.article')),
                ('comment_count', models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='public comments')),
                ('thread_count', models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='public threads')),
            ],
            options={
                'verbose_name': 'discussion',
                'verbose_name_plural': 'discussions',
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('hold_all', models.BooleanField(default=False, help_text='A moderator reads every comment before readers do, whoever wrote it.', verbose_name='hold every comment')),
                ('approved_needed', models.PositiveSmallIntegerField(default=1, help_text='Who has so many approved comments, and has shown that the email address is theirs, is read at once.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='approved comments before trust')),
                ('closes_after_days', models.PositiveSmallIntegerField(blank=True, help_text='Days after a post is published. Empty: it stays open.', null=True, verbose_name='closes after days')),
                ('most_links', models.PositiveSmallIntegerField(default=2, help_text='A comment with more links is held.', verbose_name='links')),
                ('least_seconds', models.PositiveSmallIntegerField(default=3, help_text='A comment that was sent sooner after the page was opened is held.', verbose_name='seconds to type')),
                ('flood_comments', models.PositiveSmallIntegerField(default=5, help_text='More from one network or email address within the minutes below are held.', verbose_name='comments in a row')),
                ('flood_minutes', models.PositiveSmallIntegerField(default=10, verbose_name='minutes')),
                ('most_rejections', models.PositiveSmallIntegerField(default=3, help_text='Who had so many comments rejected within 30 days is held, trusted or not.', verbose_name='rejections')),
                ('reports_needed', models.PositiveSmallIntegerField(default=3, help_text='A published comment that so many readers report is held.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='reports')),
                ('edit_minutes', models.PositiveSmallIntegerField(default=10, help_text='How long writers may change or withdraw what they wrote.', verbose_name='minutes to edit')),
                ('newest_first', models.BooleanField(default=False, verbose_name='newest first')),
            ],
            options={
                'verbose_name': 'discussion policy',
                'verbose_name_plural': 'discussion policies',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('spam', 'It is spam or advertising'), ('abuse', 'It insults or threatens somebody'), ('hate', 'It attacks people for who they are'), ('private', 'It gives away private details'), ('false', 'It says something false'), ('off-topic', 'It has nothing to do with the post'), ('other', 'Something else'), ('appeal', 'Its writer asks for a second look')], max_length=20, verbose_name='reason')),
                ('text', models.TextField(blank=True, verbose_name='details')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('network', models.CharField(blank=True, editable=False, max_length=32)),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('confirmed_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('text', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('good', models.PositiveIntegerField(default=0)),
                ('spam', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'token',
                'verbose_name_plural': 'tokens',
            },
        ),
        migrations.CreateModel(
            name='WordRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=200, unique=True, verbose_name='words')),
                ('verdict', models.CharField(choices=[('hold', 'Hold it'), ('spam', 'It is spam')], default='hold', max_length=10, verbose_name='verdict')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
            ],
            options={
                'verbose_name': 'word rule',
                'verbose_name_plural': 'word rules',
                'ordering': ['words'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='comment',
            name='comment_status_known',
        ),
        migrations.AddField(
            model_name='comment',
            name='edited_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='edited'),
        ),
        migrations.AddField(
            model_name='comment',
            name='reply_count',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='public replies'),
        ),
        migrations.AddField(
            model_name='comment',
            name='thread',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='conversation', to='comments.comment', verbose_name='thread'),
        ),
        migrations.AddField(
            model_name='decision',
            name='undoes',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone', to='comments.decision', verbose_name='takes back'),
        ),
        migrations.AddField(
            model_name='comment',
            name='is_cleared',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='comment',
            name='is_featured',
            field=models.BooleanField(default=False, editable=False, verbose_name='featured'),
        ),
        migrations.AddField(
            model_name='comment',
            name='network',
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name='comment',
            name='report_count',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='open reports'),
        ),
        migrations.AddField(
            model_name='comment',
            name='rule',
            field=models.CharField(blank=True, editable=False, max_length=40, verbose_name='rule'),
        ),
        migrations.AddField(
            model_name='comment',
            name='signals',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='comment',
            name='simhash',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='comment',
            name='spamminess',
            field=models.FloatField(editable=False, null=True, verbose_name='filter'),
        ),
        migrations.AddField(
            model_name='comment',
            name='taught',
            field=models.CharField(blank=True, choices=[('good', 'Good'), ('spam', 'Spam')], editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='comment',
            name='verdicts',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name='decision',
            name='batch',
            field=models.UUIDField(editable=False, null=True, verbose_name='batch'),
        ),
        migrations.AddField(
            model_name='decision',
            name='before',
            field=models.JSONField(default=dict, editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder),
        ),
        migrations.AddField(
            model_name='decision',
            name='message',
            field=models.TextField(blank=True, verbose_name='message to the writer'),
        ),
        migrations.AddField(
            model_name='decision',
            name='note',
            field=models.TextField(blank=True, verbose_name='note to colleagues'),
        ),
        migrations.AddField(
            model_name='decision',
            name='reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='decision',
            name='rule',
            field=models.CharField(blank=True, max_length=40, verbose_name='rule'),
        ),
        migrations.AddField(
            model_name='decision',
            name='verb',
            field=models.CharField(choices=[('approve', 'Approve'), ('reject', 'Reject'), ('mark_spam', 'Mark as spam'), ('hold', 'Put back into the queue'), ('keep', 'Keep as it is'), ('feature', 'Feature'), ('unfeature', 'Do not feature'), ('edit', 'Edit'), ('withdraw', 'Withdraw'), ('erase', 'Erase'), ('undo', 'Undo')], default='hold', max_length=20, verbose_name='what'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='comment',
            name='article',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='articles.article', verbose_name='article'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='replies', to='comments.comment', verbose_name='in reply to'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='status',
            field=models.CharField(choices=[('held', 'Held'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('withdrawn', 'Withdrawn'), ('erased', 'Erased')], default='held', max_length=20, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='from_status',
            field=models.CharField(choices=[('held', 'Held'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('withdrawn', 'Withdrawn'), ('erased', 'Erased')], max_length=20, verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='to_status',
            field=models.CharField(choices=[('held', 'Held'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('withdrawn', 'Withdrawn'), ('erased', 'Erased')], max_length=20, verbose_name='to'),
        ),
        migrations.AddField(
            model_name='comment',
            name='heads_thread',
            field=models.GeneratedField(db_persist=True, expression=models.Q(('thread', None), models.Q(('status', 'published'), ('reply_count__gt', 0), _connector='OR')), output_field=models.BooleanField()),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('heads_thread', True)), fields=['article', 'created_at', 'id'], name='comment_heads'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['thread', 'status', 'created_at', 'id'], name='comment_in_thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['status', 'rule', 'created_at', 'id'], name='comment_by_rule'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['email', 'status', 'created_at'], name='comment_by_writer'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('network', ''), _negated=True), fields=['network', 'created_at'], name='comment_by_network'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('report_count__gt', 0)), fields=['created_at', 'id'], name='comment_reported'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_featured', True)), fields=['article', 'created_at'], name='comment_featured'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['by', '-at'], name='decision_by_person'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='decision_of_batch'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['held', 'published', 'rejected', 'spam', 'withdrawn', 'erased'])), name='comment_status_known'),
        ),
        migrations.AddField(
            model_name='block',
            name='by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='blocked by'),
        ),
        migrations.AddField(
            model_name='claim',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claim',
            name='comment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='claim', to='comments.comment'),
        ),
        migrations.AddField(
            model_name='discussion',
            name='policy',
            field=models.ForeignKey(db_default=1, default=1, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='comments.policy', verbose_name='policy'),
        ),
        migrations.AddField(
            model_name='report',
            name='comment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='comments.comment', verbose_name='comment'),
        ),
        migrations.AddField(
            model_name='report',
            name='decision',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='comments.decision', verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='address',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='comments.address'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='comments.comment'),
        ),
        migrations.AddField(
            model_name='wordrule',
            name='by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        migrations.AddConstraint(
            model_name='block',
            constraint=models.UniqueConstraint(fields=('kind', 'value'), name='block_once'),
        ),
        migrations.AddConstraint(
            model_name='block',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['email', 'domain', 'network'])), name='block_kind_known'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['network', 'at'], name='report_by_network'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('address', 'thread'), name='subscription_once'),
        ),
        migrations.AddConstraint(
            model_name='wordrule',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['hold', 'spam'])), name='word_rule_verdict_known'),
        ),
    ]
