"""A cashier's everyday: mostly new customers; of a hundred, seven come back."""

from _cashier import Cashier
from _client import at_work
from locust import task


class Everyday(Cashier):
    """Sells, and now and then takes back, refunds, reduces or corrects."""

    abstract = True

    @task(93)
    @at_work
    def sell(self) -> None:
        self.serve_customer()

    @task(3)
    @at_work
    def take_back(self) -> None:
        self.void()

    @task(1)
    @at_work
    def give_the_money_back(self) -> None:
        self.refund()

    @task(2)
    @at_work
    def reduce(self) -> None:
        self.reprice()

    @task(1)
    @at_work
    def correct(self) -> None:
        self.correct_quantity()
