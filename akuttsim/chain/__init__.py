"""The chain: one run, from ringing to care. It draws nothing; its only clock is SimPy's.

Read `simulation` first, then `pathways`: what a patient lives through, step by step. `run_plan` is
what is fixed beforehand, `patient_view` who the patients are for this organisation, `service` and
`fleet` who helps them, `run_state` what all pathways share, `recorder` what happened.
"""
