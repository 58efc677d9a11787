"""Covers of terms (sums of products, products of sums): their form, batches, pools and variation."""
