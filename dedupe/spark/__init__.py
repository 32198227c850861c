"""The batch engine of `dedupe.link` on Spark: the same kernels through Arrow, the same clusters, Parquet in and out."""
