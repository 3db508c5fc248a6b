"""What there is to ask about each kind of finding, the most telling first.

The rules of a good question: it is about the candidate's own line and not about them; it can be
answered well by somebody who did it on purpose; it asks for a reason or a next step, never for a
confession. Good answers are written so that an interviewer who is no Flask engineer can hear them.
"""

from flaskgrade.review.topics_behaviour import BEHAVIOUR
from flaskgrade.review.topics_craft import CRAFT
from flaskgrade.review.topics_safety import SAFETY

TOPICS = (*SAFETY, *BEHAVIOUR, *CRAFT)
