"""Pages, sheets and sentences from a results folder; nothing here runs a study or a statistic."""
