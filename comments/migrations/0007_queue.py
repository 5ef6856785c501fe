from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0006_filter'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='decision',
            name='verb',
            field=models.CharField(choices=[('approve', 'Approve'), ('reject', 'Reject'), ('mark_spam', 'Mark as spam'), ('hold', 'Put back into the queue'), ('keep', 'Keep as it is'), ('feature', 'Feature'), ('unfeature', 'Do not feature'), ('edit', 'Edit'), ('note', 'Note'), ('withdraw', 'Withdraw'), ('erase', 'Erase'), ('undo', 'Undo')], max_length=20, verbose_name='what'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('undoes__isnull', False)), fields=['undoes'], name='decision_undoes'),
        ),
    ]
