from django.contrib import admin

admin.site.site_header = admin.site.site_title = "Newsroom"
admin.site.index_title = "The newsroom"
