"""Stage 5, judge: is what was delivered plausible enough to publish?"""
