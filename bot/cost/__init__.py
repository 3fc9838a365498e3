"""What a finetune costs and when it pays back."""
