"""Where comments are sent. They are read on the post's own page."""

from django.urls import path

from articles.syndication import feed_paths
from articles.urls import ARTICLE
from comments import feeds, views

app_name = "comments"

urlpatterns = [
    path(f"{ARTICLE}reply/", views.reply, name="reply"),
    path(f"{ARTICLE}reply/<int:parent>/", views.reply, name="reply_to"),
    path(f"{ARTICLE}comment/<str:token>/", views.pending, name="pending"),
    *feed_paths("comments/", feeds.site_feed, "feed"),
    *feed_paths(ARTICLE, feeds.article_feed, "article_feed"),
]
