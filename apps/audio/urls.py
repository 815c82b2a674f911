from apps.audio import intake_urls, job_urls, page_urls, speech_urls

# Fixed words before ids.
urlpatterns = [*job_urls.urlpatterns, *page_urls.urlpatterns, *speech_urls.urlpatterns, *intake_urls.urlpatterns]
