from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from articles.admin_keys import CheckedAdmin

admin.site.site_header = admin.site.site_title = "Newsroom"
admin.site.index_title = "The newsroom"
admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(CheckedAdmin, UserAdmin):
    pass


@admin.register(Group)
class RoleAdmin(CheckedAdmin, GroupAdmin):
    pass
