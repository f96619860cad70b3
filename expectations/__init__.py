"""Stage 5, judge: is the warehouse plausible enough to publish?"""
