"""The learning filter's threshold, and the index that finds what a rule has decided."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0005_lower_case_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Filter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sure', models.FloatField(default=0.99, verbose_name='sure above')),
                ('set_at', models.DateTimeField(null=True, verbose_name='set')),
                ('set_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='comments.comment', verbose_name='set by')),
            ],
            options={
                'verbose_name': 'learning filter',
                'verbose_name_plural': 'learning filter',
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['rule', 'to_status', '-at'], name='decision_by_rule'),
        ),
    ]
