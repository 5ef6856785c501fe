"""Where comments are sent, read, changed and reported. The first of them are on the post's page."""

from django.urls import path

from articles.syndication import feed_paths
from articles.urls import ARTICLE
from comments import appeals, feeds, own, privacy, reading, reporting, subscriptions, views

app_name = "comments"

urlpatterns = [
    path(f"{ARTICLE}reply/", views.reply, name="reply"),
    path(f"{ARTICLE}reply/<int:parent>/", views.reply, name="reply_to"),
    path(f"{ARTICLE}comment-page-<int:number>/", reading.comment_page, name="page"),
    path(f"{ARTICLE}thread/<int:pk>/", reading.thread, name="thread"),
    path(f"{ARTICLE}thread/<int:pk>/page/<int:number>/", reading.thread, name="thread_page"),
    path(f"{ARTICLE}comment/<int:pk>/", reading.permalink, name="comment"),
    path(f"{ARTICLE}comment/<str:token>/", own.own, name="own"),
    path(f"{ARTICLE}comment/<str:token>/edit/", own.edit, name="edit"),
    path(f"{ARTICLE}comment/<str:token>/withdraw/", own.withdraw, name="withdraw"),
    path(f"{ARTICLE}comment/<str:token>/put-back/", own.put_back, name="put_back"),
    path(f"{ARTICLE}report/<int:pk>/", reporting.report, name="report"),
    path(f"{ARTICLE}report/<int:pk>/thanks/", reporting.thanks, name="reported"),
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
