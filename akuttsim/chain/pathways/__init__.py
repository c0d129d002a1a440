"""Pathways: what patients and those who help them do, step by step, as SimPy processes.

`first_contact` begins them: 116117, 113 and what a nurse decides; then `visits`,
`clinic`, `ambulance_mission`, `co_responders`, `duty_doctor` and `transport`.
"""
