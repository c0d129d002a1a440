"""Pathways: what patients and those who help them do, step by step, as SimPy processes.

`first_contact` begins them: 116117, 113 and what a nurse decides, with `operators`, who answer.
Then come `care_and_transport` (clinic, satellite, home visit, hospital), `duty_doctor` (phone,
call-out) and `ambulance_mission` (the crew, and who is alerted besides).
"""
