select ${now}
