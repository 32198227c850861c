"""KNOWS SITES. A Scrapy project: spiders turn public pages into observations and know no cases."""
