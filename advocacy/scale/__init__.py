"""A nation of invented people and posts, as large as wanted, to see how Relais fares at that size."""
