import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0007_queue'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('name', models.CharField(max_length=50, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100, unique=True)),
                ('kind', models.CharField(choices=[('confirm', 'Asks whether an address is right'), ('reply', 'Tells of a reply'), ('decision', 'Tells a writer why a comment was rejected'), ('digest', 'Tells moderators what waits'), ('data', 'Leads to all that is kept about an address')], max_length=10)),
                ('to', models.EmailField(blank=True, max_length=254)),
                ('about', models.BigIntegerField(null=True)),
                ('network', models.CharField(blank=True, max_length=32)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='letter_due'), models.Index(fields=['to', 'made_at'], name='letter_by_address'), models.Index(fields=['network', 'made_at'], name='letter_by_network'), models.Index(fields=['kind', 'made_at'], name='letter_by_kind')],
            },
        ),
    ]
