"""When each job's steps begin, when a dead service is reported, and whether the retries fit."""
