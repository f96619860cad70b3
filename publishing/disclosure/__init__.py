"""Statistical disclosure control: cell suppression, rounding, and the audit of both.

The terms are those of Hundepool et al., Statistical Disclosure Control (Wiley, 2012).
"""
