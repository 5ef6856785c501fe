"""Where comments are sent. They are read on the post's own page."""

from django.urls import path

from articles.syndication import feed_paths
from articles.urls import ARTICLE
from comments import appeals, feeds, privacy, subscriptions, views

app_name = "comments"

urlpatterns = [
    path(f"{ARTICLE}reply/", views.reply, name="reply"),
    path(f"{ARTICLE}reply/<int:parent>/", views.reply, name="reply_to"),
    path(f"{ARTICLE}comment/<str:token>/", views.pending, name="pending"),
    path(f"{ARTICLE}comment/<str:token>/notify/", subscriptions.notify, name="notify"),
    path("comments/confirm/<str:token>/", subscriptions.confirm, name="confirm"),
    path("comments/unsubscribe/<str:token>/", subscriptions.unsubscribe, name="unsubscribe"),
    path("comments/appeal/<str:token>/", appeals.appeal, name="appeal"),
    path("comments/privacy/", privacy.privacy, name="privacy"),
    path("comments/your-data/", privacy.your_data, name="your_data"),
    path("comments/your-data/<str:token>/", privacy.your_data_of, name="your_data_of"),
    *feed_paths("comments/", feeds.site_feed, "feed"),
    *feed_paths(ARTICLE, feeds.article_feed, "article_feed"),
]
